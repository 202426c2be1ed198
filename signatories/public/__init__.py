"""What everybody reads of letters, signatories and organisations."""
