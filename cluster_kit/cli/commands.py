"""Every command's module, imported so that it registers itself."""
