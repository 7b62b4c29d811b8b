/** SwiftShader, a Vulkan that computes on the processor, as Debian's chromium brings it. */
export const swiftShader = '/usr/lib/chromium/vk_swiftshader_icd.json';
