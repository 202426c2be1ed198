"""What all mails to representatives share: their text, what they quote, who wants none."""
