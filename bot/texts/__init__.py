"""Every word that people read: pure functions from what happened to text, English and Spanish."""
