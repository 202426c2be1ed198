"""Mail: the outbox that it leaves by, mailboxes, and the servers that take it."""
