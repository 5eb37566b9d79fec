package io.pipedeck.parse;

import java.io.IOException;
import java.net.ProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;

/** Network channels that can't be opened; made by the JVM of a parser process. */
public final class RefusedChannels extends SelectorProvider {
  /** Called by the JVM. */
  public RefusedChannels() {}

  @Override
  public DatagramChannel openDatagramChannel() throws IOException {
    throw NoNetwork.refusal();
  }

  @Override
  public DatagramChannel openDatagramChannel(ProtocolFamily family) throws IOException {
    throw NoNetwork.refusal();
  }

  @Override
  public Pipe openPipe() throws IOException {
    throw NoNetwork.refusal();
  }

  @Override
  public AbstractSelector openSelector() throws IOException {
    throw NoNetwork.refusal();
  }

  @Override
  public ServerSocketChannel openServerSocketChannel() throws IOException {
    throw NoNetwork.refusal();
  }

  @Override
  public SocketChannel openSocketChannel() throws IOException {
    throw NoNetwork.refusal();
  }

  @Override
  public SocketChannel openSocketChannel(ProtocolFamily family) throws IOException {
    throw NoNetwork.refusal();
  }
}
