"""Deploy: brings a release of the site, and its function, to where customers see it; and takes it back."""
