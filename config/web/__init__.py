"""What every request and every page goes through, whichever app answers."""
