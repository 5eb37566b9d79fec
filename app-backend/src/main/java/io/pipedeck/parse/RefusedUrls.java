package io.pipedeck.parse;

import java.io.IOException;
import java.net.URL;
import java.net.URLConnection;
import java.net.URLStreamHandler;

/** Addresses that can be written down but not opened. */
final class RefusedUrls extends URLStreamHandler {
  @Override
  protected URLConnection openConnection(URL url) throws IOException {
    throw NoNetwork.refusal();
  }
}
