import type { Texts } from "../en/goods";
import { plurals } from "../plurals";

const count = plurals("zh");

export const texts: Texts = {
  sort: "排序",
  sortTitle: "商品排序",
  sortHint: "拖动商品或使用箭头。观众将按此顺序看到。",
  sorted: "商品已排序",
  more: "库存、限购与规格",
  quantity: "总件数",
  quantityHint: "留空：不限库存。",
  quantitySold: (pieces) => count(pieces, { other: "已售 # 件，也计算在内" }),
  maxPerBuyer: "每位买家限购",
  maxHint: "留空：不限。",
  compareAt: "原价",
  compareHint: "显示为划线价。",
  sku: "货号",
  variants: "规格",
  variantsHint: "尺码、颜色等，可各有价格和库存。",
  variant: (number) => `规格 ${number}`,
  addVariant: "添加规格",
  up: (name) => `上移 ${name}`,
  down: (name) => `下移 ${name}`,
  remove: (name) => `移除 ${name}`,
  name: "名称",
  options: "属性",
  optionsHint: "例如 尺码：M；颜色：红",
  price: "价格",
  priceHint: "留空：与商品相同。",
  ownHint: "留空：使用商品的库存。",
  needCount: "请输入大于等于 0 的整数",
  needOne: "请输入大于等于 1 的整数",
  needHigher: "必须高于现价。",
  needName: "请输入名称。",
  needOptions: "请写成：尺码：M；颜色：红",
  needPrice: (currency) => `请输入价格（${currency}）`,
};
