declare const __ANNALS_VERSION__: string
