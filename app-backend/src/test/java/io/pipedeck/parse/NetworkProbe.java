package io.pipedeck.parse;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;

/** Tries every way to the network from a process that has none; says of each how it ended. */
final class NetworkProbe {
  static final int WAYS = 8;

  private final URI listener;

  private NetworkProbe(URI listener) {
    this.listener = listener;
  }

  private interface Way {
    void go() throws Exception;
  }

  public static void main(String[] args) throws IOException {
    NoNetwork.enforce();
    var probe = new NetworkProbe(URI.create(args[0]));
    probe.attempt("url", () -> probe.listener.toURL().openStream().readAllBytes());
    probe.attempt("socket", probe::socket);
    probe.attempt("server socket", () -> new ServerSocket(0).close());
    probe.attempt("channel", () -> SocketChannel.open(probe.address()).close());
    probe.attempt("datagram socket", probe::datagramSocket);
    probe.attempt("datagram channel", probe::datagramChannel);
    probe.attempt("http client", probe::httpClient);
    probe.attempt("name", () -> InetAddress.getAllByName("example.org"));
  }

  private void attempt(String name, Way way) {
    String ended;
    try {
      way.go();
      ended = "OPEN";
    } catch (Exception | Error e) {
      ended = "refused";
    }
    System.out.println(name + " " + ended);
  }

  private InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.getPort());
  }

  private void socket() throws IOException {
    try (var socket = new Socket()) {
      socket.connect(address());
    }
  }

  private void datagramSocket() throws IOException {
    try (var socket = new DatagramSocket()) {
      socket.send(new DatagramPacket(new byte[1], 1, address()));
    }
  }

  private void datagramChannel() throws IOException {
    try (var channel = DatagramChannel.open()) {
      channel.send(ByteBuffer.allocate(1), address());
    }
  }

  private void httpClient() throws IOException, InterruptedException {
    try (var client = HttpClient.newHttpClient()) {
      client.send(HttpRequest.newBuilder(listener).build(), HttpResponse.BodyHandlers.discarding());
    }
  }
}
