"""The repository that the demonstration works on: a small package with faults in it. Not part of the bot."""
