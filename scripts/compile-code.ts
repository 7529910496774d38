/* Loads the code of the product and ends. Node keeps what it compiled (broker/src/launch.js). */
await import('../platform/src/platform.ts');
process.exit(0);
