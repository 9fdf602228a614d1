module llbot/protocols/milky/gosdk

go 1.26.0

require github.com/Szzrain/Milky-go-sdk v1.0.2

require github.com/gorilla/websocket v1.5.3 // indirect
