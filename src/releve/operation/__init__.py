"""The nouns of an operation and of its move, their files, and the checks over them."""
