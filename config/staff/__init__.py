"""Security of staff accounts: roles, second factor, log-in, invitations."""
