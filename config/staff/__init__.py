"""The safety of staff accounts: roles, the second factor, logging in, invitations."""
