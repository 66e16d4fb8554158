import type { Texts } from "../en/pictures";
import { plurals } from "../plurals";

const count = plurals("zh");

export const texts: Texts = {
  formats: (size) => `JPEG、PNG、WebP、AVIF 或 GIF，不超过 ${size}`,
  uploading: (percent) => `正在上传… ${percent}`,
  notPicture: (file) => `${file} 不是 Storecast 可用的图片。请选择 JPEG、PNG、WebP、AVIF 或 GIF。`,
  tooLarge: (file, most) => `${file} 太大：图片不能超过 ${most}。`,
  unreadable: (file) => `无法读取 ${file}。请选择其他图片。`,
  most: (pictures) => count(pictures, { other: "最多 # 张图片。" }),
  together: (size) => `一次过多：图片合计不能超过 ${size}。`,
};
