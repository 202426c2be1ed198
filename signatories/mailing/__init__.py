"""What all emails to representatives share: building, quoting and stopping them."""
