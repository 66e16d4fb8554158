"""Who somebody is, asked of Google, Apple, Facebook or Shopify: one file a provider."""
