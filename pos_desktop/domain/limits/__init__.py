"""Purchase limits: programme packs and the decision whether this patient may buy this cart now."""
