"""Chinese understanding as components of Rasa's pipeline."""
