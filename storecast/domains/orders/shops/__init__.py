"""Orders that shops report, as Shopify's and WooCommerce's: each event is heard once."""
