"""Ways in and out: WeChat, Telegram, WeCom and the demo."""
