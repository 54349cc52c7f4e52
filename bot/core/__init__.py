"""Rules of the programme: pure, with no input or output, no clock and no framework."""
