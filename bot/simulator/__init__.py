"""The simulator: three phones on one page, on this machine only, driving the very same desk."""
