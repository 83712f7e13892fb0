"""The proof: every definition is explored through the real engine, and what breaks an invariant is told as a story."""
