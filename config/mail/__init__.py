"""Mail: the outbox, e-mail addresses, and backends."""
