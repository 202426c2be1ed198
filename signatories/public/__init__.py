"""What everyone can read of letters, signatories and organisations."""
