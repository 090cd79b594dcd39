"""The portal: base page, navigation, charts, translations."""
