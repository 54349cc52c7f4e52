"""The demonstration: a WeChat that runs on this machine."""
