"""What carries the contacts, and is told where they go: it decides by itself, also when Releve is gone."""
