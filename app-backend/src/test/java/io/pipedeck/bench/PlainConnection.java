package io.pipedeck.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;

/**
 * A connection to an HTTP server here, kept from call to call. A plain socket, so that the caller
 * takes as little as possible of the processors that it shares with what it measures. For one
 * thread.
 */
final class PlainConnection implements AutoCloseable {
  private final Socket socket;
  private final OutputStream out;
  private final InputStream in;

  PlainConnection(int port) throws IOException {
    this.socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    this.out = socket.getOutputStream();
    this.in = new BufferedInputStream(socket.getInputStream(), 8_192);
  }

  /** Sends a request and reads its answer, which must be a 200. */
  void call(byte[] request) throws IOException {
    out.write(request);
    answer(in);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  /** Reads one answer, which must be a 200. */
  private static void answer(InputStream in) throws IOException {
    String status = line(in);
    if (!status.startsWith("HTTP/1.1 200")) {
      throw new IOException("answer: " + status);
    }
    int length = -1;
    boolean chunked = false;
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      String lower = header.toLowerCase(java.util.Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        length = Integer.parseInt(lower.substring("content-length:".length()).strip());
      }
      chunked |= lower.startsWith("transfer-encoding:") && lower.contains("chunked");
    }
    if (chunked) {
      skipChunks(in);
    } else {
      in.skipNBytes(length);
    }
  }

  private static void skipChunks(InputStream in) throws IOException {
    for (int size = Integer.parseInt(line(in), 16);
        size > 0;
        size = Integer.parseInt(line(in), 16)) {
      in.skipNBytes(size);
      line(in);
    }
    line(in);
  }

  private static String line(InputStream in) throws IOException {
    var text = new StringBuilder();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new IOException("the connection ended");
      }
      if (b != '\r') {
        text.append((char) b);
      }
    }
    return text.toString();
  }
}
