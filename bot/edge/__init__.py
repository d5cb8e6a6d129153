"""The local edge: runs cf/qdn-track-rewrite.js and serves the site store as CloudFront would."""
