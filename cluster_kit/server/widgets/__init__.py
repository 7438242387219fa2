"""Pages with standard Jupyter widgets: their own kernels, Jupyter's widget manager, and the rules for both."""
