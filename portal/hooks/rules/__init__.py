"""What is told to other programs, how it is signed, where it may go and how often it is tried; no database."""
