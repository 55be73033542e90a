"""The append-only record: what was decided, what came of it, who said so. Memory, SQLite or PostgreSQL.

From below: `entries` are what is recorded; `batch` seals entries into a node's chain; a store (`store`) keeps
batches; the `spool` keeps them while the store is gone, the `witness` remembers how far they go; `journal` makes
entries durable in one or the other; `writer` does it for an asyncio server.
"""
