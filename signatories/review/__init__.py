"""Staff's work on signatures: review, merging, invalidation, alarms."""
