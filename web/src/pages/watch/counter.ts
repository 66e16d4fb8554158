/** What is chosen and paid with: it comes after the picture, and for who watches a show that sells. */
export { default as CartPanel } from "../../lib/shop/CartPanel.svelte";
export { default as Confirmed } from "../../lib/shop/Confirmed.svelte";
export { default as OrderForm } from "../../lib/shop/OrderForm.svelte";
export { default as Payment } from "../../lib/shop/Payment.svelte";
export { default as ProductSheet } from "../../lib/shop/ProductSheet.svelte";
