"""An exercise as an accessible form in the browser, and the service that validates and stores what it sends."""
