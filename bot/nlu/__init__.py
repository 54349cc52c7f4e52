"""Chinese understanding: encoder, classifier and value extractor for Rasa, and the normalisers."""
