"""Dates and numbers as this site writes English: 3 January 2027, 18:00; 1,200."""

DATE_FORMAT = "j F Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j F Y, H:i"
SHORT_DATE_FORMAT = "j M Y"
SHORT_DATETIME_FORMAT = "j M Y, H:i"
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
