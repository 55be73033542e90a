"""History in, expected first contacts out; and foreign exports turned into a history."""
