"""Pages with widgets of others: a kernel of their own, Jupyter's widget manager, and the rules for both."""
