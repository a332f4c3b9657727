"""An attack on the gate through HTTP: what may be sent, who sends it, and books of its own beside the product's."""
