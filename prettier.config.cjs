/** @type {import('prettier').Config} */
const config = {
  // The plugin lies in the cache; ./dev/lint names that folder in NODE_PATH.
  plugins: [require.resolve("@prettier/plugin-xml")],
  bracketSpacing: false,
  printWidth: 88,
  proseWrap: "always",
  semi: true,
  trailingComma: "es5",
  xmlWhitespaceSensitivity: "preserve",
};

module.exports = config;
