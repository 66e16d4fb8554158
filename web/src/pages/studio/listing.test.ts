import { expect, it } from "vitest";
import { product as made } from "../../../mock/data";
import type { Product } from "../../client/types";
import { arrange } from "./listing";

const product = (id: number, name: string, price: number | null): Product => ({
  ...made(id, name, 0, "https://shop.test/", ""),
  price,
  currency: "EUR",
});
const products = [
  product(1, "Zinnteller", 12),
  product(2, "Äpfel 10", null),
  product(3, "Äpfel 9", 4),
  product(4, "Café Crème", 30),
];
const names = (...arranged: Parameters<typeof arrange>) => arrange(...arranged).map(({ name }) => name);

it("puts the newest first, or orders by name as the language does, or by price", () => {
  expect(names(products, "", "newest")).toEqual(["Café Crème", "Äpfel 9", "Äpfel 10", "Zinnteller"]);
  expect(names(products, "", "name", "de")).toEqual(["Äpfel 9", "Äpfel 10", "Café Crème", "Zinnteller"]);
  expect(names(products, "", "price")).toEqual(["Äpfel 9", "Zinnteller", "Café Crème", "Äpfel 10"]);
});

it("finds by any words of the name, whatever their accents, letters and order", () => {
  expect(names(products, " creme CAFE ", "newest")).toEqual(["Café Crème"]);
  expect(names(products, "apfel", "name")).toEqual(["Äpfel 9", "Äpfel 10"]);
  expect(names(products, "Lampe", "newest")).toEqual([]);
});

it("leaves the shelf's own order alone", () => {
  arrange(products, "", "price");
  expect(products.map(({ id }) => id)).toEqual([1, 2, 3, 4]);
});
