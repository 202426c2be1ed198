"""How a letter is passed on: the picture beside its link, its code to photograph, ways to share."""
