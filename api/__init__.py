"""What the world sees: GraphQL and pages, made from the same read functions."""
