"""The commands of `zhuli`, by what they are about; what is heavy is imported by the command that needs it."""
