import type { Texts } from "../en/reference";

export const texts: Texts = {
  title: "API 参考",
  operations: "操作",
  search: "搜索操作",
  programs: "同样的内容，OpenAPI 3.1 格式，供程序使用",
  none: "没有操作包含这个内容。",
  failed: "无法加载说明。",
};
