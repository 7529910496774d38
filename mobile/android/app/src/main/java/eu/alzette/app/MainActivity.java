package eu.alzette.app;

import com.getcapacitor.BridgeActivity;

public class MainActivity extends BridgeActivity {}
