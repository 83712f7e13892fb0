"""Processes: what is proposed, activated and withdrawn, and the pages that tell everybody how they work."""
